"""Tests, and what shows the plugin at work: demo, bench."""
