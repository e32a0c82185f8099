"""What was measured: each figure by part, subject (who) and metric (what), with all its runs."""
import statistics


class Results:
    def __init__(self):
        self.parts = {}
        self.curves = {}

    def add(self, part, subject, metric, value):
        if value is not None:
            subjects = self.parts.setdefault(part, {"metrics": {}, "notes": {}})["metrics"]
            subjects.setdefault(subject, {}).setdefault(metric, []).append(value)

    def note(self, part, subject, text):
        """Why a subject has no figures, or what to know about them."""
        notes = self.parts.setdefault(part, {"metrics": {}, "notes": {}})["notes"].setdefault(subject, [])
        if text not in notes:
            notes.append(text)

    def curve(self, name, subject, points):
        """Latencies by percentile: the last run's."""
        if points:
            self.curves.setdefault(name, {})[subject] = points

    def runs(self, part, subject, metric):
        return self.parts.get(part, {"metrics": {}})["metrics"].get(subject, {}).get(metric, [])

    def median(self, part, subject, metric):
        runs = self.runs(part, subject, metric)
        return statistics.median(runs) if runs else None
