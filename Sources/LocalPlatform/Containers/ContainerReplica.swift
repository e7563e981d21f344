import FleetModel

/// A BEAM in a container.
struct ContainerReplica: RunningReplica {
    let states: any AsyncSequence<ReplicaState, Never> & Sendable
    private let orders: ContainerOrders

    /// Lives a container's life from now on, from its creation or from where another daemon left it, until nobody listens any more.
    init(_ life: ContainerLife) {
        orders = life.orders
        states = AsyncStream<ReplicaState> { continuation in
            let task = Task {
                await life.live { continuation.yield($0) }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    func stop(grace: Duration, isBooting: Bool) { orders.give(.stop(grace: grace, isBooting: isBooting)) }

    func kill() { orders.give(.kill) }

    // Nothing of ours stands between: an Engine that does not hear is waited for.
    func abandon() -> Bool { false }
}
