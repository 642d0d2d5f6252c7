"""The parts of docs/formats.md that are made: a small scene, exported in every format."""
