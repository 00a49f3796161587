/** Words that a file has that sends or receives messages: the clients' own names, and how they are called. */
export const messageTrigger =
  /kafka|Kafka|sarama|kgo\b|\bnats\b|\bnc\b|jetstream|amqp|[rR]abbit|\bpika\b|mqtt|[qQ]ueue_?[uU]rl|[tT]opic_?[aA]rn|put_?[eE]vents|PutEvents|[sS]qs|[sS]ns\b|[eE]vent[bB]ridge|microservices|JmsListener/;
