"""What `monitor app` runs; Streamlit would take a folder `pages` beside it for its own."""

from monitor.viewer.main import main

main()
