internal import JSONText
internal import ProcessControl

/// A line to a name server's control socket, as JSON: `{"request": "apply", "zone": {…}}`.
enum NameServerOrder: Sendable {
    /// Serve this zone. Answered with `{"serial": …}`, or refused with `bad_zone` or `not_stored`.
    case apply(Zone)
    /// Tell how you are. Answered with `{"status": {…}}`.
    case status
    /// Stop. Answered with the serial that was served.
    case stop

    var json: JSONValue {
        switch self {
        case .apply(let zone): .object(["request": .string("apply"), "zone": zone.json])
        case .status: .object(["request": .string("status")])
        case .stop: .object(["request": .string("stop")])
        }
    }

    init(_ json: JSONNode) throws(JSONProblem) {
        switch try json.member("request").string() {
        case "apply": self = .apply(try Zone(json.member("zone")))
        case "status": self = .status
        case "stop": self = .stop
        case let other: throw JSONProblem(path: "request", problem: "apply, status or stop, not \"\(other.prefix(100))\"")
        }
    }
}
