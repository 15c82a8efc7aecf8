"""The lecture's claim, measured: a minibatch is one operation in parallel, hence the GPU.

:mod:`.network` is the arithmetic, the same for every engine; :mod:`.engines` run it;
:mod:`.machine` says what the hardware could do at best; :mod:`.measure` times every engine at every
minibatch size; :mod:`.noise` measures what a larger minibatch buys in variance.
"""
