//! The picture of a run: how often what was said with a probability was so, method by method; and who alarms when.

use std::fmt::Write as _;

use crate::calibrate::measure::{MethodRun, Run};
use crate::calibrate::methods::Method;
use crate::engine::math::count;

const SIDE: f64 = 300.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 40.0;
/// Where the second panel begins.
const SECOND: f64 = 480.0;

/// The picture as SVG, on a ground of its own, so that it reads on light and dark pages.
pub fn draw(run: &Run) -> String {
    let mut svg = String::from(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 410" font-family="sans-serif" font-size="13" role="img">
<title>Reliability of the methods, and weekly alarms on even ties</title>
<rect width="860" height="410" fill="#fff"/>
"##,
    );
    reliability(&mut svg, run);
    alarms(&mut svg, run);
    svg.push_str("</svg>\n");
    svg
}

/// A colour that is told apart also by those who see few; the engine's is the darkest.
const fn colour(method: Method) -> &'static str {
    match method {
        Method::Engine => "#1b4965",
        Method::Share => "#c1666b",
        Method::Ewma(days) if days < 20.0 => "#7a9e3f",
        Method::Ewma(_) => "#d4a017",
        Method::Ratio => "#888888",
    }
}

fn reliability(svg: &mut String, run: &Run) {
    text(svg, LEFT, 24.0, "What was said with a probability, and how often it was so");
    frame(svg, LEFT);
    let _ =
        writeln!(svg, r##"<line x1="{LEFT}" y1="{}" x2="{}" y2="{TOP}" stroke="#999" stroke-dasharray="4"/>"##, TOP + SIDE, LEFT + SIDE);
    for tenth in [0.0, 0.2, 0.4, 0.6, 0.8, 1.0] {
        text(svg, LEFT + tenth * SIDE - 8.0, TOP + SIDE + 18.0, &format!("{tenth:.1}"));
        text(svg, LEFT - 30.0, TOP + SIDE - tenth * SIDE + 4.0, &format!("{tenth:.1}"));
    }
    // The ratio says 0 or 1 and would be two points; the slower of the two fading ones stands for both.
    let shown = |method: &&MethodRun| method.method != Method::Ratio && method.method != Method::Ewma(14.0);
    for (at, method) in run.methods.iter().filter(shown).enumerate() {
        let points = method.reliability.iter().map(|(said, so, _)| format!("{:.1},{:.1}", LEFT + said * SIDE, TOP + SIDE - so * SIDE));
        let points = points.collect::<Vec<_>>().join(" ");
        let _ = writeln!(svg, r#"<polyline points="{points}" fill="none" stroke="{}" stroke-width="2.5"/>"#, colour(method.method));
        legend(svg, LEFT + 12.0, TOP + 20.0 + 20.0 * count(at), method);
    }
    text(svg, LEFT + 70.0, TOP + SIDE + 40.0, "probability of imbalance");
}

fn alarms(svg: &mut String, run: &Run) {
    text(svg, SECOND, 24.0, "Even ties that ever alarm when looked at weekly");
    frame(svg, SECOND);
    let kinds = run.methods.first().map_or(0, |method| method.ever_alarms.len());
    let group = SIDE / count(kinds.max(1));
    let bar = group / count(run.methods.len() + 1);
    for (at, method) in run.methods.iter().enumerate() {
        for (kind, (_, share)) in method.ever_alarms.iter().enumerate() {
            let height = share.map_or(0.0, |share| share.value * SIDE);
            let x = SECOND + group * count(kind) + bar * (count(at) + 0.5);
            let (y, fill) = (TOP + SIDE - height, colour(method.method));
            let _ = writeln!(svg, r#"<rect x="{x:.1}" y="{y:.1}" width="{:.1}" height="{height:.1}" fill="{fill}"/>"#, bar * 0.9);
        }
        legend(svg, SECOND + 12.0, TOP + 20.0 + 20.0 * count(at), method);
    }
    for (kind, (name, _)) in run.methods.first().into_iter().flat_map(|method| &method.ever_alarms).enumerate() {
        text(svg, SECOND + group * count(kind) + 8.0, TOP + SIDE + 18.0, name.name());
    }
    for share in [0.0, 0.5, 1.0] {
        text(svg, SECOND - 30.0, TOP + SIDE - share * SIDE + 4.0, &format!("{share:.1}"));
    }
}

fn frame(svg: &mut String, left: f64) {
    let _ = writeln!(svg, r##"<rect x="{left}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#333"/>"##);
}

fn legend(svg: &mut String, x: f64, y: f64, method: &MethodRun) {
    let _ = writeln!(svg, r#"<rect x="{x}" y="{}" width="14" height="10" fill="{}"/>"#, y - 9.0, colour(method.method));
    text(svg, x + 20.0, y, &method.method.name());
}

fn text(svg: &mut String, x: f64, y: f64, words: &str) {
    let _ = writeln!(svg, r##"<text x="{x:.1}" y="{y:.1}" fill="#222">{words}</text>"##);
}
