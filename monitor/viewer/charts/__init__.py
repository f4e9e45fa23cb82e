"""Charts, made of rows and nothing else: one file for each page that has its own."""
