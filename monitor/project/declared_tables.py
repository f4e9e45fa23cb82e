"""Compare one declaration with the tables that it names."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from monitor.declaration import (
    Declaration,
    Reading,
    ReferencePeriod,
    ReferenceRelation,
    did_you_mean,
    relations,
)
from monitor.declaration.places import Path as KeyPath
from monitor.declaration.problems import Problem
from monitor.declaration.schema import FEATURE_KINDS
from monitor.project import matches, nodes
from monitor.project.errors import MonitorError
from monitor.project.feature_kinds import misfit, no_segment
from monitor.project.segments import ReferenceRows, period_of, segment_findings
from monitor.project.suitability import Watched, unsuitable
from monitor.project.uses import NUMBER, RELEVANCE, SEGMENT, TIME, Use, uses
from monitor.warehouse import ColumnType, Warehouse, find_node, known_names

_SHOWN_CLASSES = 6
_READ_CLASSES = 100


@dataclass
class Found:
    """What one declaration's tables say of it.

    Attributes
    ----------
    problems : list of Problem
        Mistakes.
    warnings : list of Problem
        What is odd in the data, and may be right tomorrow.
    notes : list of Problem
        What could not be checked yet.
    """

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def compare(warehouse: Warehouse, reading: Reading, name: str) -> Found:
    """Compare one declaration with the tables that it names."""
    return _Comparison(warehouse, reading, name).found()


class _Comparison:
    """One declaration against the tables that it names."""

    def __init__(self, warehouse: Warehouse, reading: Reading, name: str) -> None:
        self.warehouse = warehouse
        self.reading = reading
        self.name = name
        self.declared: Declaration = reading.readable[name]
        self.columns: dict[str, list[ColumnType]] = {}
        self.result = Found()
        self.reported = {problem.path for problem in reading.problems}

    def found(self) -> Found:
        """Return the mistakes, the warnings and the notes."""
        seen: set[str] = set()
        for path, relation in relations(self.declared):
            if relation not in seen and not self.reading.is_broken(self.name, path, relation):
                seen.add(relation)
                self._read_columns(path, relation)
        for relation, wanted in uses(self.declared).items():
            for use in wanted if relation in self.columns else ():
                is_reported = self._place(use.path, "").path in self.reported
                if not is_reported and not self.reading.is_broken(self.name, use.path, use.column):
                    self._check_use(relation, use)
        self._check_labels()
        self._check_predictions()
        self._check_period()
        self._check_segments()
        self._check_data()
        for attribute, protected in self.declared.protected.items():
            if protected.reference is not None:
                self._check_group(attribute, protected.reference)
        return self.result

    def _place(self, path: KeyPath, message: str) -> Problem:
        return self.reading.problem(self.name, path, message)

    def _read_columns(self, path: KeyPath, name: str) -> None:
        relation = self.warehouse.relation(name)
        if relation is None:
            own = {node for one in self.reading.readable for node in nodes.all_node_names(one)}
            known = [node for node in known_names(self.warehouse.manifest) if node not in own]
            hint = did_you_mean(name, known) if known else "add one, or correct the name"
            self.result.problems.append(
                self._place(path, f"dbt knows no model, seed or source '{name}'; {hint}")
            )
            return
        columns = self.warehouse.columns(relation)
        if columns is not None:
            self.columns[name] = columns
            return
        node = find_node(self.warehouse.manifest, name)
        if node is not None and str(node.unique_id).startswith("source."):
            message = (
                f"the table of source '{name}' is not in the database; "
                "load it or correct the source"
            )
            self.result.problems.append(self._place(path, message))
            return
        message = (
            f"'{name}' is not built yet, so its columns were not checked; "
            f"run `dbt build --select {name}`"
        )
        self.result.notes.append(self._place(path, message))

    def _column(self, relation: str, name: str) -> ColumnType | None:
        """Find a column; in another case it is the same one, unless two are alike."""
        columns = self.columns.get(relation, [])
        alike = [column for column in columns if column.name.lower() == name.lower()]
        exact = [column for column in alike if column.name == name]
        return exact[0] if exact else alike[0] if len(alike) == 1 else None

    def _check_use(self, relation: str, use: Use) -> None:
        column = self._column(relation, use.column)
        message: str | None = None
        if column is None and not use.is_optional:
            hint = did_you_mean(use.column, [one.name for one in self.columns[relation]])
            message = f"'{relation}' has no column '{use.column}'; {hint}"
        elif column is None:
            return
        elif use.wanted in FEATURE_KINDS:
            message = misfit(use.wanted, column, relation)
        elif use.wanted == SEGMENT:
            message = no_segment(column, relation)
        elif use.wanted == NUMBER and not column.is_numeric:
            message = (
                f"'{use.column}' of '{relation}' is {column.type}, not a number; "
                "cast it in the model"
            )
        elif use.wanted == RELEVANCE and not (column.is_numeric or column.kind == "boolean"):
            message = (
                f"'{use.column}' of '{relation}' is {column.type}, neither a number nor a boolean; "
                "cast it in the model"
            )
        elif use.wanted == TIME and column.kind not in ("timestamp", "date"):
            message = self._time_problem(relation, column)
        if message is not None:
            self.result.problems.append(self._place(use.path, message))

    def _time_problem(self, relation: str, column: ColumnType) -> str | None:
        where = f"'{column.name}' of '{relation}'"
        if column.kind != "text":
            return f"{where} is {column.type}, not a time; cast it in the model"
        value = f"cast({self.warehouse.quote(column.name)} as timestamp)"
        try:
            self.warehouse.rows(f"select count({value}) from {self.warehouse.relation(relation)}")
        except MonitorError as error:
            return f"{where} is text that is no time; cast it in the model ({error})"
        return None

    def _check_labels(self) -> None:
        labels = self.declared.labels
        if labels is None or self.reading.is_broken(self.name, ("labels",)):
            return
        relation = labels.relation or self.declared.predictions
        label = self._column(relation, labels.label)
        if label is not None:
            if self.declared.task == "binary":
                self._check_positive(relation, label)
            self._check_classes(("labels", "label"), relation, label)
        id_ = self._column(self.declared.predictions, self.declared.id)
        label_id = self._column(relation, self.declared.label_id)
        if labels.relation is not None and id_ is not None and label_id is not None:
            self._check_ids(relation, label_id, id_)

    def _check_predictions(self) -> None:
        path, relation = ("prediction",), self.declared.predictions
        if self.declared.prediction is None or self.reading.is_broken(self.name, path):
            return
        column = self._column(relation, self.declared.prediction)
        if column is not None:
            self._check_classes(path, relation, column)

    def _check_classes(self, path: KeyPath, relation: str, column: ColumnType) -> None:
        """Warn of classes beyond the two of a binary model, or the scored ones of another."""
        score, task = self.declared.score, self.declared.task
        if any(self.reading.is_broken(self.name, (key,)) for key in ("positive", "score", "task")):
            return
        if task == "binary":
            known: list[object] = [self.declared.positive_class]
            told = "each counts as negative; map them or set them to NULL in the model"
        elif task == "multiclass" and isinstance(score, dict):
            known = list(score)
            told = "losses leave out what has no score; name the score column, or map them"
        else:
            return
        values = self._values(relation, column)
        others = [one for one in values if not any(matches.is_class(one, of) for of in known)]
        # of a binary model one is the negative class; where none is known something else is wrong
        if (1 if task == "binary" else 0) < len(others) < len(values):
            where = f"'{column.name}' of '{relation}'"
            self._warn(path, f"besides {_listed(known)}, {where} holds {_listed(others)}; {told}")

    def _check_positive(self, relation: str, label: ColumnType) -> None:
        positive = self.declared.positive_class
        others = self._others_than(positive, relation, label)
        if others is None:
            return
        is_default = self.declared.positive is None
        message = (
            f"the positive class '{positive}'{' (the default)' if is_default else ''} never occurs "
            f"in '{label.name}' of '{relation}', which holds {others}; "
            f"{'name the right one with the key positive' if is_default else 'correct it'}"
        )
        self._warn(("labels", "label") if is_default else ("positive",), message)

    def _check_group(self, attribute: str, group: object) -> None:
        relation = self.declared.predictions
        column = self._column(relation, attribute)
        path: KeyPath = ("protected", attribute, "reference")
        if column is None or self.reading.is_broken(self.name, path):
            return
        others = self._others_than(group, relation, column)
        if others is not None:
            message = f"'{group}' never occurs in '{relation}', which holds {others}; correct it"
            self._warn(path, message)

    def _others_than(self, wanted: object, relation: str, column: ColumnType) -> str | None:
        """Return the values of a column where the wanted one is not among them, as text."""
        values = self._values(relation, column)
        is_cut = len(values) == _READ_CLASSES
        if not values or is_cut or any(matches.is_class(value, wanted) for value in values):
            return None
        return _listed(values)

    def _values(self, relation: str, column: ColumnType) -> list[object]:
        """Return the values of a column, the most frequent first."""
        sql = self.warehouse.quote(column.name)
        rows = self.warehouse.rows(
            f"select {sql} from {self.warehouse.relation(relation)} "
            f"where {sql} is not null group by {sql} order by count(*) desc, {sql} "
            f"limit {_READ_CLASSES}"
        )
        return [value for (value,) in rows]

    def _check_period(self) -> None:
        period, relation = self.declared.reference, self.declared.predictions
        column = self._column(relation, self.declared.timestamp)
        is_sound = self._is_sound("timestamp", "reference")
        if not isinstance(period, ReferencePeriod) or column is None or not is_sound:
            return
        time = f"cast({self.warehouse.quote(column.name)} as timestamp)"
        inside = f"{time} >= timestamp '{period.start}' and {time} < timestamp '{period.end}'"
        ((first, last, n),) = self.warehouse.rows(
            f"select min({time}), max({time}), count(case when {inside} then 1 end) "
            f"from {self.warehouse.relation(relation)}"
        )
        if first is not None and n == 0:
            message = (
                f"no prediction lies in it, from {period.start} to {period.end}; those of "
                f"'{relation}' run from {first:%Y-%m-%d} to {last:%Y-%m-%d}; correct it, "
                "unless they are still to come"
            )
            self._warn(("reference",), message)

    def _check_segments(self) -> None:
        if not self._is_sound("timestamp", "reference", "segments", "segment_values"):
            return
        reference, relation = self.declared.reference, self.declared.predictions
        moment = self._column(relation, self.declared.timestamp)
        if isinstance(reference, ReferenceRelation):
            relation, moment = reference.relation, None
        elif moment is None:
            return
        quote = self.warehouse.quote
        columns = {
            name: quote(column.name)
            for name in self.declared.segment_columns
            if (column := self._column(relation, name)) is not None and not column.is_nested
        }
        rows = ReferenceRows(
            self.warehouse.rows,
            str(self.warehouse.relation(relation)),
            columns,
            *period_of(self.declared, quote(moment.name) if moment else None),
        )
        self.result.problems += [
            self._place(path, message) for path, message in segment_findings(self.declared, rows)
        ]

    def _check_data(self) -> None:
        """Warn once of each column that cannot be watched, and of relations without rows."""
        told = {problem.path for problem in self.result.problems} | self.reported
        reference = self.declared.reference
        keys: dict[str, tuple[str, ...]] = {self.declared.predictions: ("predictions",)}
        if isinstance(reference, ReferenceRelation):
            keys.setdefault(reference.relation, ("reference", "relation"))
        for name, path in keys.items():
            if name not in self.columns:
                continue
            watched = self._watched(name, told)
            relation = (name, str(self.warehouse.relation(name)))
            for place, message in unsuitable(self.warehouse.rows, relation, path, watched):
                told.add(self._place(place, "").path)
                self._warn(place, message)

    def _watched(self, relation: str, told: set[str]) -> list[Watched]:
        """Return the features and segments of a relation of which nothing has been told yet."""
        watched: dict[str, Watched] = {}
        for use in uses(self.declared)[relation]:
            column = self._column(relation, use.column)
            is_told = self._place(use.path, "").path in told
            if column is None or is_told or use.is_optional:
                continue
            is_broken = self.reading.is_broken(self.name, use.path, use.column)
            if use.wanted in (*FEATURE_KINDS, SEGMENT) and not is_broken:
                one = Watched(use, column, self.warehouse.quote(column.name))
                watched.setdefault(column.name, one)
        return list(watched.values())

    def _is_sound(self, *keys: str) -> bool:
        """Whether nothing is wrong with these keys so far."""
        wrong = {problem.path for problem in self.result.problems}
        return not any(
            self.reading.is_broken(self.name, (key,)) or self._place((key,), "").path in wrong
            for key in keys
        )

    def _warn(self, path: KeyPath, message: str) -> None:
        self.result.warnings.append(self._place(path, message))

    def _check_ids(self, labels: str, label_id: ColumnType, id_: ColumnType) -> None:
        path, predictions = ("labels", "id"), self.declared.predictions
        sides = [
            matches.Ids(
                name, str(self.warehouse.relation(name)), column, self.warehouse.quote(column.name)
            )
            for name, column in ((labels, label_id), (predictions, id_))
        ]
        advice = "name the column that holds the prediction's id"
        message = matches.never_the_same(self.warehouse.rows, *sides)
        if message is not None:
            self.result.problems.append(self._place(path, f"{message}; {advice}"))
            return
        share = matches.matched_share(
            self.warehouse.rows,
            *((one.relation, matches.as_id(one.sql, one.column)) for one in sides),
        )
        if not math.isnan(share) and share == 0:
            message = (
                f"no label belongs to any prediction: '{label_id.name}' of '{labels}' and "
                f"'{id_.name}' of '{predictions}' have no value in common; {advice}, "
                "unless they are still to come"
            )
            self._warn(path, message)


def _listed(values: list[object]) -> str:
    shown = ", ".join(f"'{value}'" for value in values[:_SHOWN_CLASSES])
    return shown + (", …" if len(values) > _SHOWN_CLASSES else "")
