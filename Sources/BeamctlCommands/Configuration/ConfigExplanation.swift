import AppManifest
import Deploying
import FleetModel

/// Where the value of one variable comes from, and what it covers: the shape of `config --explain VAR --json`.
struct ConfigExplanation: Encodable {
    /// A place that gives the variable.
    struct Layer: Encodable {
        /// In words.
        let source: String
        /// The value there; nil for a secret.
        let value: String?
        /// Whether it is the one that holds.
        let holds: Bool
    }

    let variable: String
    let process: String
    /// Every place that gives it, the one that holds last.
    let layers: [Layer]
    /// Why the user cannot give it, when that is so.
    let reserved: String?

    init(_ check: ConfigCheck, variable: String, process: String) {
        self.variable = variable
        self.process = process
        reserved = ReservedVariables.problem(with: variable, discovery: check.spec.cluster.discovery)
        var places: [(source: String, value: String?)] = []
        if let value = check.platformVariables(process)[variable] { places.append(("beamctl", value)) }
        for layer in check.layers(of: process).sources[variable] ?? [] where reserved == nil {
            places.append((check.words(layer.source, variable), check.plainValue(layer, variable)))
        }
        let last = places.count - 1
        layers = places.enumerated().map { Layer(source: $1.source, value: $1.value, holds: $0 == last) }
    }

    /// For people.
    var lines: [String] {
        var lines = ["\(variable) in the process \(process)"]
        if layers.isEmpty { lines.append("  nothing gives it") }
        for layer in layers {
            let value = layer.value.map { TextTable.oneLine($0) } ?? Redactor.mark
            lines.append("  \(layer.holds ? "→" : " ") \(layer.source): \(value)\(layer.holds ? "" : "  (covered)")")
        }
        if let reserved { lines.append("  \(reserved)") }
        return lines
    }
}
