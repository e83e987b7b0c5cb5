"""Coverage-guided fuzzing of the two ways in for bytes: pictures, and the model file."""
