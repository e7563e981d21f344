/// What `config --json` prints, as its readers see it.
struct ConfigReport: Decodable {
    let app: String
    let process: String
    /// Whether the release boots; nil when that was not tried.
    let boots: Bool?
    let variables: [Variable]
    let problems: [Problem]

    struct Variable: Decodable {
        let name: String
        let state: String
        let source: String?
        let secret: Bool
        let value: String?
        let reads: [Read]
        let suggestion: String?
    }

    struct Read: Decodable, Equatable {
        let file: String
        let line: Int
        let column: Int?
        let kind: String
        let certain: Bool
        let `default`: String?
    }

    struct Problem: Decodable {
        let severity: String
        let code: String
        let message: String
        let file: String?
        let line: Int?
        let variable: String?
        let hint: String?
    }

    subscript(name: String) -> Variable? { variables.first { $0.name == name } }
}

/// What `config --diff --json` prints.
struct DifferenceReport: Decodable {
    let lines: [Line]

    struct Line: Decodable {
        let file: String
        /// nil for a line that is added.
        let line: Int?
        let before: String?
        /// nil for a line that is left out.
        let after: String?
    }
}

/// What `config --explain NAME --json` prints.
struct ExplanationReport: Decodable {
    let variable: String
    let process: String
    let layers: [Layer]
    let reserved: String?

    struct Layer: Decodable {
        let source: String
        let value: String?
        let holds: Bool
    }
}

/// What `env list --json` prints.
struct VariablesReport: Decodable {
    let app: String
    let env: [Row]

    struct Row: Decodable, Equatable {
        let name: String
        let value: String
        let deployed: Bool
    }
}

/// What `secrets list --json` prints.
struct SecretsReport: Decodable {
    let app: String
    let secrets: [Row]

    struct Row: Decodable {
        let name: String
        let version: Int
        let setAt: Int?
        let deployed: Bool
    }
}

extension ConfigReport {
    /// Whether a problem of this kind concerns this variable.
    func has(_ code: String, _ variable: String) -> Bool {
        problems.contains { $0.code == code && $0.variable == variable }
    }
}
