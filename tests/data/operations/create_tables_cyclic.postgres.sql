-- upgrade
CREATE TABLE team (
    id bigint PRIMARY KEY,
    leader_id bigint,
    parent_id bigint REFERENCES team (id)
);
CREATE TABLE person (
    id bigint PRIMARY KEY,
    team_id bigint NOT NULL CONSTRAINT fk_person_team REFERENCES team (id)
);
ALTER TABLE team ADD FOREIGN KEY (leader_id) REFERENCES person;
CREATE TABLE house (
    id bigint PRIMARY KEY,
    owner_id bigint REFERENCES person (id)
);
ALTER TABLE team ADD CONSTRAINT fk_team_house FOREIGN KEY (id) REFERENCES house (id) DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE tree (
    id bigint PRIMARY KEY
);

-- downgrade
DROP TABLE tree;
DROP TABLE house, person, team;
