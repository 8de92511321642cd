"""Measuring: findings compared with annotated text, as ``mtcheck evaluate`` reports it.

    gold, alignment      annotated documents, read or made of parallel text
    results              the findings on them, by checking or out of a report
    scoring, figures     counts per document, and the figures that are ratios of their sums
    bootstrap            intervals, by resampling documents
    confidences          what confidences are worth: reliability, precision and recall by threshold
    translation          BLEU, chrF and TER before and after the first suggestions
    evaluation           all of it for one corpus
    report, plots        text, JSON and pictures

sacrebleu and matplotlib are imported here and nowhere else in the package, so nothing that other commands import may
import these modules.
"""
