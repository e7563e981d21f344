internal import ProcessControl

/// A line to an entrance's control socket, as JSON: `{"request": "apply", "routes": {…}}`.
enum EntranceOrder: Sendable {
    /// Use these routes. Answered with `{"serial": …}`, or refused with `bad_routes` or `not_stored`.
    case apply(RouteTable)
    /// Have nothing open to a replica. Answered with `{"left": n}`, the requests that are open even then.
    case drain(replica: String, milliseconds: Int64)
    /// Tell how you are. Answered with `{"status": {…}}`.
    case status
    /// Stop.
    case stop

    var json: JSONValue {
        switch self {
        case .apply(let table): .object(["request": .string("apply"), "routes": table.json])
        case .drain(let replica, let milliseconds):
            .object(["request": .string("drain"), "replica": .string(replica), "milliseconds": .integer(milliseconds)])
        case .status: .object(["request": .string("status")])
        case .stop: .object(["request": .string("stop")])
        }
    }

    init(_ json: JSONNode) throws(JSONProblem) {
        switch try json.member("request").string() {
        case "apply": self = .apply(try RouteTable(json.member("routes")))
        case "drain":
            let replica = try json.member("replica").string()
            self = .drain(replica: replica, milliseconds: try json.member("milliseconds").integer())
        case "status": self = .status
        case "stop": self = .stop
        case let other:
            throw JSONProblem(path: "request", problem: "apply, drain, status or stop, not \"\(other.prefix(100))\"")
        }
    }
}
