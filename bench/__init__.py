"""Speed and size, measured on generated entries against a yardstick in the same run: ``make bench``."""
