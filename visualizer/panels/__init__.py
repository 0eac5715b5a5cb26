"""The pages: the only package, with app.py, that knows Streamlit."""
