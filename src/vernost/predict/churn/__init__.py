"""Who will leave: classifiers over features of customers, their calibration, and the rules they must beat."""
