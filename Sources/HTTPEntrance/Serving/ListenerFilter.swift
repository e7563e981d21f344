internal import Glibc
internal import NIOCore

/// Has a socket that listens take no more connections, while those that it has taken are still accepted.
///
/// When a socket that listens is closed, connections that nobody has accepted yet are reset. So it is first given a filter that lets no
/// packet in (socket(7), `SO_ATTACH_FILTER`): a client's first packet is lost then, not refused, and finds whoever listens when it is sent
/// again, a second later.
enum ListenerFilter {
    /// An instruction of a filter: `struct sock_filter`.
    private struct Instruction {
        var code: UInt16
        var whenTrue: UInt8 = 0
        var whenFalse: UInt8 = 0
        var operand: UInt32
    }

    /// `struct sock_fprog`.
    private struct Program: @unchecked Sendable {
        var length: UInt16
        // Read by the kernel within the one call, and freed after it.
        var instructions: UnsafeMutablePointer<Instruction>
    }

    /// `BPF_RET | BPF_K`: so many octets of the packet are let in.
    private static let letIn: UInt16 = 0x06

    /// Puts the filter on. When the kernel does not take it, the connections of a moment are lost.
    static func close(_ channel: any Channel) async {
        guard let options = channel as? any SocketOptionProvider else { return }
        let instructions = UnsafeMutablePointer<Instruction>.allocate(capacity: 1)
        instructions.initialize(to: Instruction(code: letIn, operand: 0))
        let set = options.unsafeSetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_ATTACH_FILTER),
            value: Program(length: 1, instructions: instructions))
        try? await set.get()
        instructions.deallocate()
    }
}
