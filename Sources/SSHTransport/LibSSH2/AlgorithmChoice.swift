/// What ssh_config says of the algorithms to offer; where it says nothing, ours hold.
package struct AlgorithmChoice: Sendable, Hashable {
    package var keyExchanges: AlgorithmList?
    package var hostKeys: AlgorithmList?
    package var ciphers: AlgorithmList?
    package var macs: AlgorithmList?

    package init(
        keyExchanges: AlgorithmList? = nil, hostKeys: AlgorithmList? = nil, ciphers: AlgorithmList? = nil,
        macs: AlgorithmList? = nil
    ) {
        self.keyExchanges = keyExchanges
        self.hostKeys = hostKeys
        self.ciphers = ciphers
        self.macs = macs
    }
}
