"""The course as a whole: settings, building notebooks, a synthetic class, a demonstration."""
