/// A JSON value (RFC 8259).
///
/// By hand, because the process that serves names is resident beside every cluster: without Foundation's coders it was
/// measured 2 MiB smaller. The types that cross are `Codable`, too; a test holds both forms together.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// Whole numbers are exact up to 2⁵³.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// A whole number.
    package static func integer(_ number: some BinaryInteger) -> JSONValue {
        .number(Double(number))
    }
}

/// JSON that is none, or says something else than it should.
package struct JSONProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where: `zone.services[2].name`, or empty.
    package var path: String
    /// What is wrong there.
    package var problem: String

    /// A problem.
    package init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    package var description: String { path.isEmpty ? problem : "\(path): \(problem)" }
}

/// A value and where it stands.
package struct JSONNode: Sendable {
    package var value: JSONValue
    package var path = ""

    /// The value of a document.
    package init(_ value: JSONValue) {
        self.value = value
    }

    private init(_ value: JSONValue, _ path: String) {
        self.value = value
        self.path = path
    }

    /// The member of an object; `nil` when it is not there or null.
    package func optional(_ key: String) throws(JSONProblem) -> JSONNode? {
        guard case .object(let members) = value else { throw expected("an object") }
        guard let member = members[key], member != .null else { return nil }
        return JSONNode(member, path.isEmpty ? key : "\(path).\(key)")
    }

    /// The member of an object.
    package func member(_ key: String) throws(JSONProblem) -> JSONNode {
        guard let member = try optional(key) else { throw JSONProblem(path: path, problem: "no \"\(key)\"") }
        return member
    }

    package func elements() throws(JSONProblem) -> [JSONNode] {
        guard case .array(let elements) = value else { throw expected("an array") }
        return elements.enumerated().map { JSONNode($1, "\(path)[\($0)]") }
    }

    package func string() throws(JSONProblem) -> String {
        guard case .string(let string) = value else { throw expected("a string") }
        return string
    }

    package func number() throws(JSONProblem) -> Double {
        guard case .number(let number) = value else { throw expected("a number") }
        return number
    }

    package func integer<Number: FixedWidthInteger>() throws(JSONProblem) -> Number {
        guard let number = Number(exactly: try number()) else {
            throw expected("a whole number of \(Number.min) to \(Number.max)")
        }
        return number
    }

    private func expected(_ what: String) -> JSONProblem {
        JSONProblem(path: path, problem: "\(what) is expected")
    }
}
