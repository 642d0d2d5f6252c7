"""`make soak`: an hour of random requests, each result looked through by the check of datasets."""
