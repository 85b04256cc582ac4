"""Measuring the engine on judged questions: data sets in, figures with intervals out."""
