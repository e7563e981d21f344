/// The peer agent: Erlang text that a node evaluates once it has booted, and that connects it to every node which a DNS name
/// lists. It needs no compiler in the release, works in embedded mode, and does nothing in `eval`, `rpc` and `remote` or in a
/// node without distribution.
public enum PeerAgent {
    /// Names the file that holds the agent, for the VM's `-eval`.
    public static let fileVariable = "BEAMCTL_PEER_AGENT"
    /// Names the DNS name that lists all nodes, for the agent.
    public static let peersVariable = "BEAMCTL_PEERS"

    /// The expression that `vm.args` gives to `-eval`. The path comes from the environment, so that no path has to survive the
    /// quoting of an arguments file and of Erlang at once.
    static let expression =
        #"case os:getenv("\#(fileVariable)") of false -> ok; Agent -> file:eval(Agent) end."#
}
