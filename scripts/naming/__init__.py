"""What scripts/build_names.py and scripts/measure_names.py are made of."""
