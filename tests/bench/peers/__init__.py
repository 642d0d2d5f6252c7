"""Other tools that cut chips, over the same scene with the same chips."""
