/// A JSON value (RFC 8259).
///
/// By hand, because the process that serves names is resident beside every cluster: without Foundation's coders it was
/// measured 2 MiB smaller. The types that cross are `Codable`, too; a test holds both forms together.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// Whole numbers are exact up to 2⁵³.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// A whole number.
    public static func integer(_ number: some BinaryInteger) -> JSONValue {
        .number(Double(number))
    }
}

/// JSON that is none, or says something else than it should.
public struct JSONProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where: `zone.services[2].name`, or empty.
    public var path: String
    /// What is wrong there.
    public var problem: String

    /// A problem.
    public init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    /// Path and problem in one line.
    public var description: String { path.isEmpty ? problem : "\(path): \(problem)" }
}

/// A value and where it stands.
public struct JSONNode: Sendable {
    /// The value.
    public var value: JSONValue
    /// Where it stands: `zone.services[2].name`, or empty.
    public var path = ""

    /// The value of a document.
    public init(_ value: JSONValue) {
        self.value = value
    }

    private init(_ value: JSONValue, _ path: String) {
        self.value = value
        self.path = path
    }

    /// The member of an object; `nil` when it is not there or null.
    public func optional(_ key: String) throws(JSONProblem) -> JSONNode? {
        guard case .object(let members) = value else { throw expected("an object") }
        guard let member = members[key], member != .null else { return nil }
        return JSONNode(member, path.isEmpty ? key : "\(path).\(key)")
    }

    /// The member of an object.
    public func member(_ key: String) throws(JSONProblem) -> JSONNode {
        guard let member = try optional(key) else { throw JSONProblem(path: path, problem: "no \"\(key)\"") }
        return member
    }

    /// The elements of an array.
    public func elements() throws(JSONProblem) -> [JSONNode] {
        guard case .array(let elements) = value else { throw expected("an array") }
        return elements.enumerated().map { JSONNode($1, "\(path)[\($0)]") }
    }

    /// The text.
    public func string() throws(JSONProblem) -> String {
        guard case .string(let string) = value else { throw expected("a string") }
        return string
    }

    /// The number.
    public func number() throws(JSONProblem) -> Double {
        guard case .number(let number) = value else { throw expected("a number") }
        return number
    }

    /// The number, which has to be whole and to fit.
    public func integer<Number: FixedWidthInteger>() throws(JSONProblem) -> Number {
        guard let number = Number(exactly: try number()) else {
            throw expected("a whole number of \(Number.min) to \(Number.max)")
        }
        return number
    }

    private func expected(_ what: String) -> JSONProblem {
        JSONProblem(path: path, problem: "\(what) is expected")
    }
}
