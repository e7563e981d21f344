/// Where replicas get their addresses from.
protocol ReplicaNetwork: Sendable, CustomStringConvertible {
    /// How many replicas can live in it.
    var room: Int { get }
    /// What to do when it is full.
    var advice: String { get }
    /// The address and port of a place, counted from 0.
    func place(_ index: Int) -> (address: String, port: Int)
}
