import AppManifest
import BeamRelease
import Deploying
import FleetModel

/// Where the value of one variable comes from, and what it covers: the shape of `config --explain VAR --json`.
struct ConfigExplanation: Encodable {
    /// A place that gives the variable.
    struct Layer: Encodable {
        /// In words.
        let source: String
        /// The value there; nil for a secret, and for what only env.sh knows.
        let value: String?
        /// Whether the value is a secret, or holds one.
        let secret: Bool
        /// Whether it is the one that holds.
        let holds: Bool
    }

    let variable: String
    let process: String
    /// Every place that gives it, the one that holds last.
    let layers: [Layer]
    /// Why the user cannot give it, when that is so.
    let reserved: String?

    /// - Parameter reads: What the release has said when it was tried; nil when it was not.
    init(_ check: ConfigCheck, _ reads: RuntimeReads?, variable: String, process: String) {
        self.variable = variable
        self.process = process
        reserved = ReservedVariables.problem(with: variable, discovery: check.spec.cluster.discovery)
        var places: [EffectiveVariable] = []
        if let value = check.platformVariables(process)[variable] {
            places.append(EffectiveVariable(source: "beamctl", value: .text(value)))
        }
        for layer in check.layers(of: process).sources[variable] ?? [] where reserved == nil {
            let value = check.plainValue(layer, variable)
            places.append(
                EffectiveVariable(source: check.words(layer.source, variable), value: value.map { .text($0) } ?? .secret))
        }
        if let words = check.elsewhere[variable] {
            places.insert(
                EffectiveVariable(source: words, value: .secret),
                at: check.covers(variable, of: process) ? places.count : max(0, places.count - 1))
        }
        if let script = check.script(variable, reads) {
            let wins = check.scriptWins(variable, over: check.given(process)[variable])
            places.insert(script, at: wins ? places.count : 0)
        }
        let last = places.count - 1
        layers = places.enumerated().map { place, variable in
            Layer(
                source: variable.source, value: variable.text, secret: variable.value == .secret, holds: place == last)
        }
    }

    /// For people.
    var lines: [String] {
        var lines = ["\(variable) in the process \(process)"]
        if layers.isEmpty { lines.append("  nothing gives it") }
        for layer in layers {
            let value =
                layer.value.map { TextTable.oneLine($0) } ?? (layer.secret ? Redactor.mark : "what it makes of it when it runs")
            lines.append("  \(layer.holds ? "→" : " ") \(layer.source): \(value)\(layer.holds ? "" : "  (covered)")")
        }
        if let reserved { lines.append("  \(reserved)") }
        return lines
    }
}
