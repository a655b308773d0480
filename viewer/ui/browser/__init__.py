"""Patient, Study, Series tree with thumbnails."""
