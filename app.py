"""The viewer, for `streamlit run app.py`; `monitor app` starts the same."""

from monitor.viewer.main import main

main()
