import NIOConcurrencyHelpers

/// What a container's replica was told to do.
enum ContainerOrder: Hashable, Sendable {
    /// End, and be killed when that takes longer. One that is booting is asked again and again: it drops what it is asked.
    case stop(grace: Duration, isBooting: Bool)
    /// Be killed now.
    case kill
}

/// The orders for one container: each reaches the Engine, however long that does not answer.
struct ContainerOrders: Sendable {
    private let box = NIOLockedValueBox<ContainerOrder?>(nil)
    private let queue = AsyncStream.makeStream(of: ContainerOrder.self)

    /// The last order; nil when there was none. A container that has one is not to be started.
    var last: ContainerOrder? { box.withLockedValue { $0 } }

    var stream: AsyncStream<ContainerOrder> { queue.stream }

    func give(_ order: ContainerOrder) {
        box.withLockedValue { $0 = order }
        queue.continuation.yield(order)
    }
}
