/// A line to a name server's control socket, as JSON: `{"request": "apply", "zone": {…}}`.
enum ControlRequest: Sendable {
    /// Serve this zone.
    case apply(Zone)
    /// Tell how you are.
    case status
    /// Stop.
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

/// The line that answers it.
enum ControlReply: Sendable {
    /// To `apply`: the serial that is served now. To `stop`: the one that was.
    case serial(UInt32)
    /// To `status`.
    case status(NameServerStatus)
    /// It could not be done: a stable word (`bad_request`, `bad_zone`, `not_stored`, `too_long`) and one line.
    case failure(code: String, message: String)

    var json: JSONValue {
        switch self {
        case .serial(let serial): .object(["serial": .integer(serial)])
        case .status(let status): .object(["status": status.json])
        case .failure(let code, let message):
            .object(["error": .object(["code": .string(code), "message": .string(message)])])
        }
    }

    init(_ json: JSONNode) throws(JSONProblem) {
        if let error = try json.optional("error") {
            self = .failure(code: try error.member("code").string(), message: try error.member("message").string())
        } else if let status = try json.optional("status") {
            self = .status(try NameServerStatus(status))
        } else {
            self = .serial(try json.member("serial").integer())
        }
    }
}
