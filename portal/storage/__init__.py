"""The database and the articles folder. SQLAlchemy lives here and nowhere else; frozen records come out."""
