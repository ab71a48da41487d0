"""Tell people: the retention health report as a page, a print and a workbook."""

from vernost.report.report import ReportFiles, render_report

__all__ = ["ReportFiles", "render_report"]
