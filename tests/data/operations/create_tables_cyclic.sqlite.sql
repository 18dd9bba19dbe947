-- upgrade
CREATE TABLE team (
    id BIGINT NOT NULL PRIMARY KEY,
    leader_id BIGINT REFERENCES person,
    parent_id BIGINT REFERENCES team (id),
    CONSTRAINT fk_team_house FOREIGN KEY (id) REFERENCES house (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE person (
    id BIGINT NOT NULL PRIMARY KEY,
    team_id BIGINT NOT NULL CONSTRAINT fk_person_team REFERENCES team (id)
);
CREATE TABLE house (
    id BIGINT NOT NULL PRIMARY KEY,
    owner_id BIGINT REFERENCES person (id)
);
CREATE TABLE tree (
    id BIGINT NOT NULL PRIMARY KEY
);

-- downgrade
DROP TABLE tree;
DROP TABLE house;
DROP TABLE person;
DROP TABLE team;
