internal import ErlangDistribution
internal import ExternalTermFormat
internal import FleetModel

/// What a BEAM is asked, all at once, and how its answers become a report.
enum Question: Int, CaseIterable {
    // First what our own questions would change: each of the others runs in a process of its own.
    case runQueue, processCount
    case otp, wallClock, memory, processLimit, atomCount, atomLimit, portCount, portLimit, nodes
    case applications, status, schedulersOnline, schedulerTimes

    var call: RemoteCall {
        switch self {
        case .otp: .systemInfo("otp_release")
        case .wallClock: .statistics("wall_clock")
        case .memory: RemoteCall("erlang", "memory")
        case .processCount: .systemInfo("process_count").inRex
        case .processLimit: .systemInfo("process_limit")
        case .atomCount: .systemInfo("atom_count")
        case .atomLimit: .systemInfo("atom_limit")
        case .portCount: .systemInfo("port_count")
        case .portLimit: .systemInfo("port_limit")
        case .runQueue: .statistics("total_run_queue_lengths").inRex
        case .nodes: RemoteCall("erlang", "nodes")
        case .applications: RemoteCall("application", "which_applications")
        case .status: RemoteCall("init", "get_status")
        case .schedulersOnline: .systemInfo("schedulers_online")
        case .schedulerTimes: .statistics("scheduler_wall_time")
        }
    }

    /// Makes the VM count its schedulers' time. The flag dies with the process that sets it, so `rex` itself must do it, and
    /// lives as long as the node. Counting costs the VM next to nothing.
    static let countSchedulerTimes = RemoteCall(
        "erlang", "system_flag", [.atom("scheduler_wall_time"), true], style: .blocking)
}

extension RemoteCall {
    fileprivate static func systemInfo(_ key: Atom) -> RemoteCall { RemoteCall("erlang", "system_info", [.atom(key)]) }
    fileprivate static func statistics(_ key: Atom) -> RemoteCall { RemoteCall("erlang", "statistics", [.atom(key)]) }

    /// The same, answered by the `rex` server itself, before it makes processes for the questions after it.
    fileprivate var inRex: RemoteCall { RemoteCall(module, function, arguments, style: .blocking) }
}

/// The answers of one node, in the order of the questions.
struct Answers {
    let node: String
    let terms: [Term]

    subscript(question: Question) -> Term { terms[question.rawValue] }

    /// The report that the answers make, without scheduler utilisation.
    func report() throws(HealthError) -> NodeReport {
        NodeReport(
            node: node, otp: try read(.otp) { $0.text }, uptimeSeconds: try read(.wallClock) { $0.tuple?.first?.int } / 1_000,
            memory: try read(.memory, memory), processes: try usage(.processCount, .processLimit),
            atoms: try usage(.atomCount, .atomLimit), ports: try usage(.portCount, .portLimit),
            runQueue: try read(.runQueue) { $0.int }, schedulerUtilization: nil, peers: try read(.nodes, names),
            applications: try read(.applications, applications),
            isBooted: try read(.status) { $0.tuple?.first?.atom } == "started")
    }

    /// `nil` while the VM does not count.
    func schedulerTimes() throws(HealthError) -> SchedulerTimes? {
        SchedulerTimes(self[.schedulerTimes], online: try read(.schedulersOnline) { $0.int })
    }

    private func read<Value>(_ question: Question, _ convert: (Term) -> Value?) throws(HealthError) -> Value {
        guard let value = convert(self[question]) else {
            throw HealthError(node: node, call: question.call, answer: self[question])
        }
        return value
    }

    private func usage(_ count: Question, _ limit: Question) throws(HealthError) -> NodeReport.Usage {
        NodeReport.Usage(count: try read(count) { $0.int }, limit: try read(limit) { $0.int })
    }
}

/// `[{Kind, Bytes}]`, in which `total` must be.
private func memory(_ term: Term) -> [String: Int]? {
    guard let rows = term.list, term["total"]?.int != nil else { return nil }
    var memory: [String: Int] = [:]
    for row in rows {
        guard let pair = row.tuple, pair.count == 2, let kind = pair[0].atom, let bytes = pair[1].int else { return nil }
        memory[kind.name] = bytes
    }
    return memory
}

/// `[Name]`
private func names(_ term: Term) -> [String]? {
    guard let items = term.list else { return nil }
    let names = items.compactMap { $0.atom?.name }
    return names.count == items.count ? names.sorted() : nil
}

/// `[{Name, Description, Version}]`
private func applications(_ term: Term) -> [String]? {
    term.list.flatMap { rows in names(.list(rows.compactMap { $0.tuple?.first })) }
}
