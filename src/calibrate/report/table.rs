//! The tables of a run, as plain text or Markdown.

use crate::calibrate::measure::{MethodRun, Run};
use crate::calibrate::monitor::Delay;
use crate::calibrate::score::{Figure, Figures, Measure};

/// A table: what it shows, its columns and its rows.
pub struct Table {
    title: &'static str,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// All tables of a run.
pub fn all(run: &Run) -> Vec<Table> {
    let by_kind = run.methods.first().map(by_kind);
    let monitored = run.methods.iter().any(|method| method.delay.is_some());
    [Some(overall(run)), by_kind, monitored.then(|| monitoring(run))].into_iter().flatten().collect()
}

fn overall(run: &Run) -> Table {
    let row =
        |method: &MethodRun| [method.method.name()].into_iter().chain(method.all.iter().map(|(_, value)| figure(value.as_ref()))).collect();
    Table { title: "All dimensions of all ties", columns: columns("method"), rows: run.methods.iter().map(row).collect() }
}

fn by_kind(engine: &MethodRun) -> Table {
    let row = |(kind, figures): &(String, Figures)| {
        [kind.clone()].into_iter().chain(figures.iter().map(|(_, value)| figure(value.as_ref()))).collect()
    };
    Table { title: "The engine, by kind", columns: columns("kind"), rows: engine.by_kind.iter().map(row).collect() }
}

fn monitoring(run: &Run) -> Table {
    let kinds =
        run.methods.first().map_or(Vec::new(), |method| method.ever_alarms.iter().map(|(kind, _)| kind.name().to_owned()).collect());
    let columns = ["method".to_owned()].into_iter().chain(kinds).chain(["median delay, days".to_owned(), "seen".to_owned()]).collect();
    let row = |name: String, alarms: Vec<String>, delay: Option<&Delay>| {
        let (median, seen) =
            delay.map_or((String::new(), String::new()), |delay| (days(delay.median.as_ref()), format!("{:.2}", delay.seen)));
        [name].into_iter().chain(alarms).chain([median, seen]).collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<String>> = run
        .methods
        .iter()
        .map(|method| {
            let alarms = method.ever_alarms.iter().map(|(_, share)| figure(share.as_ref())).collect();
            row(method.method.name(), alarms, method.delay.as_ref())
        })
        .collect();
    let nothing = run.methods.first().map_or(0, |method| method.ever_alarms.len());
    rows.push(row("engine, state".to_owned(), vec![String::new(); nothing], run.sustained_delay.as_ref()));
    Table { title: "Looked at every week: ties that ever alarm, and the delay until a turn to .6 is seen", columns, rows }
}

fn columns(first: &str) -> Vec<String> {
    [first].into_iter().chain(Measure::ALL.map(Measure::name)).map(str::to_owned).collect()
}

fn figure(figure: Option<&Figure>) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| format!("{:.3} ({:.3})", figure.value, figure.error))
}

fn days(figure: Option<&Figure>) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| format!("{:.0} ({:.1})", figure.value, figure.error))
}

impl Table {
    /// The table in columns of equal width.
    pub fn text(&self) -> String {
        let width = |at: usize| self.lines().filter_map(|line| line.get(at)).map(String::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let mut text = format!("{}\n", self.title);
        for line in self.lines() {
            let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
        }
        text
    }

    /// The table in Markdown, under a heading.
    pub fn markdown(&self) -> String {
        let row = |line: &[String]| format!("| {} |\n", line.join(" | "));
        let rule = format!("|{}\n", "---|".repeat(self.columns.len()));
        let rows: String = self.rows.iter().map(|line| row(line)).collect();
        format!("### {}\n\n{}{rule}{rows}", self.title, row(&self.columns))
    }

    fn lines(&self) -> impl Iterator<Item = &Vec<String>> {
        std::iter::once(&self.columns).chain(&self.rows)
    }
}
