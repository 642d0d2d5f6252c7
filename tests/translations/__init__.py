"""The texts of the plugin and their translations: `make translations`."""
