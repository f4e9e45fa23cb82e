"""The viewer: a Streamlit app over the result tables."""
