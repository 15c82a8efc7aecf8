"""Every derivative of the reference against oracles that share no code with it.

The claims stand beside the definitions (:mod:`gradus.claims`); :mod:`.oracles` differentiates
numerically, :mod:`.derivatives`, :mod:`.agreement` and :mod:`.optimizers` judge one claim each, and
:mod:`.verify` judges all.
"""
