"""keikaku (計画): Japanese municipal action plans as checked linked data."""

__version__ = "0.2.0"
