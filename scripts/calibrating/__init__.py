"""What scripts/calibrate.py is made of."""
