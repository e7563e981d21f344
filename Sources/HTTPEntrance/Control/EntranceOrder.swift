internal import JSONText
internal import ProcessControl

/// A line to an entrance's control socket, as JSON: `{"request": "apply", "routes": {…}}`.
enum EntranceOrder: Sendable {
    /// Use these routes. Answered with `{"serial": …}`, or refused with `bad_routes` or `not_stored`.
    case apply(RouteTable)
    /// Have nothing open to a replica. Answered with `{"left": n}`, the requests that are open even then.
    case drain(replica: String, milliseconds: Int64)
    /// Listen and believe as this says. Answered as `status` is, or refused with `cannot_listen`; everything is as it was then.
    case configure(EntranceConfiguration)
    /// Tell how you are. Answered with `{"status": {…}}`.
    case status
    /// Stop.
    case stop

    var json: JSONValue {
        switch self {
        case .apply(let table): .object(["request": .string("apply"), "routes": table.json])
        case .drain(let replica, let milliseconds):
            .object(["request": .string("drain"), "replica": .string(replica), "milliseconds": .integer(milliseconds)])
        case .configure(let configuration):
            .object(["request": .string("configure"), "configuration": configuration.json])
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
        case "configure": self = .configure(try EntranceConfiguration(json.member("configuration")))
        case "status": self = .status
        case "stop": self = .stop
        case let other:
            throw JSONProblem(path: "request", problem: "apply, drain, configure, status or stop, not \"\(other.prefix(100))\"")
        }
    }
}
