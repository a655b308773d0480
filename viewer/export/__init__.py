"""Images, documents and de-identified copies out of the program."""
