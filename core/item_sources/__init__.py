"""Where the items of an image collection come from: folders, tile indexes, mosaics."""
