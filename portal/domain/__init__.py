"""Records, states and policies in plain Python; nothing here knows a database, a web server or a file."""
