"""Charts that the server draws: an answer becomes an SVG that needs no script.

A page that shows one links to /static/css/charts.css and puts it into an element of class `figure`.
"""

from keikaku.web.charts.chart import Chart
from keikaku.web.charts.draw import chart_of, standalone

__all__ = ["Chart", "chart_of", "standalone"]
